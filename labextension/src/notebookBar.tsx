import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from './commandIDs';
import { type IBarActions, NoKernelBar } from './components/noKernelBar';
import type { NotebookKernel } from './notebookKernel';

/** The bar between a notebook's toolbar and its cells; takes no room where it is silent. */
export class NotebookBar extends VDomRenderer<NotebookKernel> {
  constructor(
    model: NotebookKernel,
    private readonly panel: NotebookPanel,
    private readonly trans: TranslationBundle,
    commands: CommandRegistry
  ) {
    super(model);
    const at = () => ({ path: model.path });
    this.actions = {
      build: () => void commands.execute(CommandIDs.build, at()),
      review: () => void commands.execute(CommandIDs.review, at()),
      showEnvironment: () => void commands.execute(CommandIDs.show, at()),
      useAnother: () => void model.chooseAnother(),
      answer: answer => void model.answer(answer)
    };
    this.addClass('jp-Envs-barHost');
    this.sizes = new ResizeObserver(() => this.makeRoom());
  }

  override dispose(): void {
    this.sizes.disconnect();
    super.dispose();
  }

  protected override render(): JSX.Element {
    const { model, panel } = this;
    const { session } = panel.sessionContext;
    return (
      <div ref={node => this.measure(node)}>
        <NoKernelBar
          decision={model.decision}
          news={model.news}
          language={model.language}
          offersSwitch={model.offersSwitch}
          vainRuns={model.vainRuns}
          running={
            session?.kernel ? panel.sessionContext.kernelDisplayName : ''
          }
          trans={this.trans}
          actions={this.actions}
        />
      </div>
    );
  }

  private measure(node: HTMLElement | null): void {
    this.sizes.disconnect();
    this.content = node;
    if (node) {
      this.sizes.observe(node);
    }
  }

  /** The layout of a document gives a widget the height that its style asks for. */
  private makeRoom(): void {
    const height = `${this.content?.offsetHeight ?? 0}px`;
    if (this.node.style.minHeight !== height) {
      this.node.style.minHeight = height;
      this.parent?.fit();
    }
  }

  private content: HTMLElement | null = null;
  private readonly sizes: ResizeObserver;
  private readonly actions: IBarActions;
}
