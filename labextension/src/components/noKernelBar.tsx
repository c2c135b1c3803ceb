import type { TranslationBundle } from '@jupyterlab/translation';

import { barSentence } from '../describe';
import { buildSentence, percent } from '../describeBuild';
import type { Decision } from '../kernelPreference';
import type { INews } from '../projects';
import { useKeptFocus } from './keepFocus';

export interface INoKernelBarProps {
  decision: Decision | null;
  news: INews | undefined;
  language: string;
  offersSwitch: boolean;
  /** Counts the cells that were run in vain; each makes the bar speak again. */
  vainRuns: number;
  /** Name of the kernel that runs; empty where none does. */
  running: string;
  trans: TranslationBundle;
  actions: IBarActions;
}

export interface IBarActions {
  review(): void;
  build(): void;
  useAnother(): void;
  showEnvironment(): void;
  answer(answer: 'always' | 'never'): void;
}

/** Why a notebook has no kernel, or not the one of its project, and what to do; else nothing. */
export function NoKernelBar(props: INoKernelBarProps): JSX.Element | null {
  const { decision, running, offersSwitch, trans } = props;
  const kept = useKeptFocus<HTMLDivElement>();
  const without = decision?.kind === 'none' && !running;
  if (!without && !offersSwitch) {
    return null;
  }
  return (
    <div
      className="jp-Envs-notebookBar"
      role="group"
      aria-label={trans.__('Environment of this notebook')}
      tabIndex={-1}
      {...kept}
    >
      {without ? <WithoutKernel {...props} /> : <Offer {...props} />}
    </div>
  );
}

function WithoutKernel(props: INoKernelBarProps): JSX.Element {
  const { decision, news, language, vainRuns, trans, actions } = props;
  const reason = decision?.kind === 'none' ? decision.reason : 'unbuilt';
  const build = news?.build;
  const buildable = reason === 'unbuilt' || reason === 'broken';
  return (
    <>
      <p role="status">
        {build
          ? buildSentence(build, trans)
          : barSentence(reason, language, trans)}
      </p>
      {vainRuns > 0 && !build && (
        <p key={vainRuns} className="jp-Envs-vain" role="alert">
          {trans.__('No cell was run.')}
        </p>
      )}
      {build && (
        <progress
          aria-label={trans.__('Build of this notebook’s environment')}
          max={100}
          value={percent(build.fraction)}
        />
      )}
      {!build && buildable && (
        <>
          <Button accept label={trans.__('Build')} act={actions.build} />
          <Button label={trans.__('Review')} act={actions.review} />
        </>
      )}
      {(build || !buildable) && (
        <Button
          label={trans.__('Show Environment')}
          act={actions.showEnvironment}
        />
      )}
      <Button
        label={trans.__('Use Another Kernel…')}
        act={actions.useAnother}
      />
    </>
  );
}

function Offer({ running, trans, actions }: INoKernelBarProps): JSX.Element {
  return (
    <>
      <p role="status">
        {trans.__(
          'The environment is built. Switch from %1, and lose its variables?',
          running
        )}
      </p>
      <Button
        accept
        label={trans.__('Switch Kernel')}
        act={() => actions.answer('always')}
      />
      <Button
        label={trans.__('Keep This One')}
        act={() => actions.answer('never')}
      />
    </>
  );
}

function Button({
  label,
  act,
  accept = false
}: {
  label: string;
  act: () => void;
  accept?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-mod-styled jp-Envs-button${accept ? ' jp-mod-accept' : ''}`}
      onClick={act}
    >
      {label}
    </button>
  );
}
