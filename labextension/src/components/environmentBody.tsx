import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  BuildView,
  EnvironmentView,
  ErrorView,
  LogLine,
  PackageView,
  PlanView
} from '../_wire';
import type { IDraft } from '../draft';
import { isRunning, outcomeSentence } from '../describeBuild';
import { BuildLog } from './buildLog';
import { BuildProgress } from './buildProgress';
import { Consent } from './consent';
import { DriftList } from './driftList';
import { EnvironmentHeader } from './environmentHeader';
import { ErrorNotice } from './errorNotice';
import { useKeptFocus } from './keepFocus';
import { NewFile } from './newFile';
import { PackageList } from './packageList';
import { Problems } from './problems';
import { RequirementList } from './requirementList';
import { ReviewView } from './reviewView';

/** What a person can do in the panel. */
export interface IActions {
  review(): void;
  build(replaceLock?: boolean): void;
  agree(): void;
  disagree(): void;
  dismiss(): void;
  cancel(): void;
  refresh(): void;
  chooseFile(path: string): void;
  openFile(path: string, line?: number): void;
  openTerminal(): void;
  remove(): void;
  restart(kernel: string): void;
  foldLog(open: boolean): void;
  foldPackages(open: boolean): void;
  newFile(): void;
  changeDraft(change: Partial<IDraft>): void;
  makeDraft(): void;
  writeDraft(): void;
  closeDraft(): void;
}

export interface IEnvironmentBodyProps {
  view: EnvironmentView | null;
  error: ErrorView | null;
  asking: BuildView['verb'] | null;
  reviewed: PlanView | null;
  log: readonly LogLine[];
  packages: readonly PackageView[] | null;
  heardAt: number;
  draft: IDraft | null;
  /** What a running kernel is called. */
  kernelName: (id: string) => string;
  trans: TranslationBundle;
  actions: IActions;
}

/** All of the panel. */
export function EnvironmentBody(props: IEnvironmentBodyProps): JSX.Element {
  const kept = useKeptFocus<HTMLDivElement>();
  return (
    <div className="jp-Envs-body" tabIndex={-1} {...kept}>
      <Content {...props} />
    </div>
  );
}

function Content(props: IEnvironmentBodyProps): JSX.Element {
  const { view, error, draft, trans, actions } = props;
  if (draft) {
    return (
      <NewFile
        draft={draft}
        trans={trans}
        onChange={actions.changeDraft}
        onMake={actions.makeDraft}
        onWrite={actions.writeDraft}
        onClose={actions.closeDraft}
      />
    );
  }
  if (!view) {
    return error ? (
      <ErrorNotice
        error={error}
        trans={trans}
        action={{ label: trans.__('Try Again'), act: actions.refresh }}
      />
    ) : (
      <p className="jp-Envs-empty">
        {trans.__('Looking for the environment…')}
      </p>
    );
  }
  return view.project === null || view.state === 'none' ? (
    <NoFile {...props} />
  ) : (
    <Project {...props} view={view} />
  );
}

function NoFile({ error, trans, actions }: IEnvironmentBodyProps): JSX.Element {
  return (
    <>
      <p className="jp-Envs-empty" role="status">
        {trans.__('No environment file here or above.')}
      </p>
      {error && <ErrorNotice error={error} trans={trans} />}
      <div className="jp-Envs-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Envs-button"
          onClick={actions.newFile}
        >
          {trans.__('New Environment File…')}
        </button>
      </div>
    </>
  );
}

type IProjectProps = IEnvironmentBodyProps & { view: EnvironmentView };

function Project(props: IProjectProps): JSX.Element {
  const { view, reviewed, trans, actions } = props;
  const { build, generation, file } = view;
  return (
    <>
      <EnvironmentHeader
        view={view}
        trans={trans}
        onOpenFile={actions.openFile}
        onChooseFile={actions.chooseFile}
        onReplaceLock={() => actions.build(true)}
      />
      <Errors {...props} />
      <Work {...props} />
      {build && build.verb !== 'review' && (
        <BuildLog
          key={build.id}
          log={props.log}
          trans={trans}
          onFold={actions.foldLog}
        />
      )}
      {reviewed && (
        <ReviewView plan={reviewed} trans={trans} onDismiss={actions.dismiss} />
      )}
      <DriftList
        drift={view.drift}
        kernelName={props.kernelName}
        trans={trans}
        onRestart={actions.restart}
      />
      <Problems problems={file?.problems ?? []} trans={trans} />
      {file && (
        <RequirementList
          key={`${view.project} ${file.path}`}
          requirements={view.requirements}
          trans={trans}
        />
      )}
      {generation && (
        <PackageList
          packages={props.packages}
          trans={trans}
          onFold={actions.foldPackages}
        />
      )}
      <More {...props} />
    </>
  );
}

/** What can be done now: agree, wait, or start. */
function Work(props: IProjectProps): JSX.Element | null {
  const { view, asking, heardAt, trans, actions } = props;
  const { build, state } = view;
  if (isRunning(build)) {
    return (
      <BuildProgress
        build={build}
        heardAt={heardAt}
        trans={trans}
        onCancel={actions.cancel}
      />
    );
  }
  if (asking) {
    return (
      <Consent
        view={view}
        verb={asking}
        trans={trans}
        onAgree={actions.agree}
        onDisagree={actions.disagree}
      />
    );
  }
  const outcome = build && outcomeSentence(build, trans);
  return state === 'unsupported' || state === 'invalid' ? null : (
    <>
      {outcome && <p className="jp-Envs-minor">{outcome}</p>}
      <div className="jp-Envs-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Envs-button"
          onClick={() => actions.build()}
        >
          {view.generation ? trans.__('Rebuild') : trans.__('Build')}
        </button>
        <button
          type="button"
          className="jp-mod-styled jp-Envs-button"
          onClick={actions.review}
        >
          {trans.__('Review')}
        </button>
      </div>
    </>
  );
}

/** The project's own error, and those of the last request and of the last build. */
function Errors({ view, error, trans, actions }: IProjectProps): JSX.Element {
  const failure =
    view.build?.outcome === 'cancelled' ? null : view.build?.error;
  const path = view.file?.path ?? view.choices.at(0);
  const action = ({ line }: ErrorView) =>
    line && path
      ? {
          label: trans.__('Open the File'),
          act: () => actions.openFile(path, line)
        }
      : undefined;
  const shown = [view.error, error, failure].filter((each): each is ErrorView =>
    Boolean(each)
  );
  return (
    <>
      {shown.map((each, index) => (
        <ErrorNotice
          key={`${index} ${each.code}`}
          error={each}
          trans={trans}
          action={action(each)}
        />
      ))}
    </>
  );
}

function More({ view, trans, actions }: IProjectProps): JSX.Element | null {
  if (!view.generation) {
    return null;
  }
  return (
    <div className="jp-Envs-actions jp-Envs-more">
      {view.terminal && (
        <button
          type="button"
          className="jp-Envs-link"
          onClick={actions.openTerminal}
        >
          {trans.__('Open Terminal')}
        </button>
      )}
      {!isRunning(view.build) && (
        <button type="button" className="jp-Envs-link" onClick={actions.remove}>
          {trans.__('Remove…')}
        </button>
      )}
    </div>
  );
}
