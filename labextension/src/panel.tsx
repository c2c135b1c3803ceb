import type { TranslationBundle } from '@jupyterlab/translation';
import { SidePanel, VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';

import { EnvironmentBody, type IActions } from './components/environmentBody';
import type { DraftModel } from './draft';
import { environmentIcon } from './icons';
import type { EnvironmentModel } from './model';
import { relativeTo } from './paths';

export interface IEnvironmentPanelOptions {
  model: EnvironmentModel;
  drafts: DraftModel;
  trans: TranslationBundle;
  actions: IActions;
  /** What a running kernel is called. */
  kernelName: (id: string) => string;
}

/** The environment of what is in front, in the left sidebar. */
export class EnvironmentPanel extends SidePanel {
  constructor(options: IEnvironmentPanelOptions) {
    super({ content: new Panel() });
    const { model, trans } = options;
    this.model = model;
    this.id = 'jupyter-envs-panel';
    this.addClass('jp-Envs-panel');
    this.title.icon = environmentIcon;
    this.title.caption = trans.__('Environment');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Environment'));
    // One region is enough.
    this.content.node.removeAttribute('role');
    this.content.node.removeAttribute('aria-label');
    this.addWidget(new Body(options));
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.model.look(true);
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    void this.model.look(this.isVisible);
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    void this.model.look(false);
  }

  protected override onActivateRequest(msg: Message): void {
    const first = this.node.querySelector<HTMLElement>('.jp-Envs-body');
    first?.focus();
  }

  private readonly model: EnvironmentModel;
}

class Body extends VDomRenderer<EnvironmentModel> {
  constructor(private readonly options: IEnvironmentPanelOptions) {
    super(options.model);
    options.drafts.stateChanged.connect(this.update, this);
  }

  override dispose(): void {
    this.options.drafts.stateChanged.disconnect(this.update, this);
    super.dispose();
  }

  protected override render(): JSX.Element {
    const { view, error, asking, reviewed, heardAt } = this.model;
    const { log, packages } = this.model.details;
    return (
      <EnvironmentBody
        view={view}
        error={error}
        asking={asking}
        reviewed={reviewed}
        log={log}
        packages={packages}
        heardAt={heardAt}
        draft={this.options.drafts.draft}
        kernelName={id =>
          relativeTo(this.options.kernelName(id), view?.project ?? '')
        }
        trans={this.options.trans}
        actions={this.options.actions}
      />
    );
  }
}
