import type { ISessionContext } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type {
  Kernel,
  KernelMessage,
  KernelSpec,
  Session
} from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import type { IChangedArgs } from '@jupyterlab/coreutils';

import type { KernelMap } from './_wire';
import { keepQuiet } from './bookkeeping';
import {
  choiceOf,
  type Decision,
  decide,
  type INotebook
} from './kernelPreference';
import type { INews, IProjects } from './projects';

const EMPTY: KernelMap = { projects: [], choices: [] };

/** Whether an open notebook moves to the kernel of a project that has just been built. */
export type SwitchPolicy = 'ask' | 'always' | 'never';

/** The answers to "switch to the new kernel?", one a project. */
export interface ISwitchAnswers {
  policy(project: string): SwitchPolicy;
  remember(project: string, answer: SwitchPolicy): void;
}

export interface INotebookKernelOptions {
  panel: NotebookPanel;
  context: DocumentRegistry.IContext<INotebookModel>;
  projects: IProjects;
  specs: KernelSpec.IManager;
  sessions: Session.IManager;
  dialogs: ISessionContext.IDialogs;
  answers: ISwitchAnswers;
}

/**
 * The kernel of one open notebook, as its project wants it.
 *
 * Decides before JupyterLab asks; where the project of the folder is not known yet, it holds
 * the start back until it is. What the start of a kernel writes in a notebook of a project
 * does not count as a change that wants saving.
 */
export class NotebookKernel extends VDomModel {
  constructor(options: INotebookKernelOptions) {
    super();
    this.panel = options.panel;
    this.context = options.context;
    this.session = options.context.sessionContext;
    this.projects = options.projects;
    this.specs = options.specs;
    this.sessions = options.sessions;
    this.dialogs = options.dialogs;
    this.answers = options.answers;
    this.stockStart = this.session.startKernel.bind(this.session);
    this.wantsKernel = this.session.kernelPreference.shouldStart;
    // Running a cell without a kernel would otherwise bring up the dialog.
    this.session.startKernel = () => this.startForRun();

    this.session.kernelPreferenceChanged.connect(this.prefer, this);
    this.session.kernelChanged.connect(this.onKernelChanged, this);
    this.session.iopubMessage.connect(this.onMessage, this);
    const ours = () => this._decision?.kind !== 'stock';
    keepQuiet(this.context.model, ours);
    this.projects.changed.connect(this.onProjectChanged, this);
    this.projects.built.connect(this.onBuilt, this);
    this.prefer();
    this.opening = this.open();
  }

  get decision(): Decision | null {
    return this._decision;
  }

  get path(): string {
    return this.context.localPath;
  }

  get language(): string {
    return this.notebook().language;
  }

  get news(): INews | undefined {
    return this.projects.news(this.path);
  }

  /** Whether the person is asked to move to the kernel that was just built. */
  get offersSwitch(): boolean {
    return this._offersSwitch;
  }

  /** How often a cell was run in vain. */
  get vainRuns(): number {
    return this._vainRuns;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.projects.changed.disconnect(this.onProjectChanged, this);
    this.projects.built.disconnect(this.onBuilt, this);
    super.dispose();
  }

  /** The person's answer, for this and every other notebook of the project. */
  async answer(answer: 'always' | 'never'): Promise<void> {
    this.answers.remember(this.news?.project ?? '', answer);
    this.offer(false);
    if (answer === 'always') {
      await this.start();
    }
  }

  /** JupyterLab's own dialog, only where it is wanted. */
  async chooseAnother(): Promise<void> {
    await this.dialogs.selectKernel?.(this.session);
  }

  /** Starts what had to wait for a build. */
  async onShown(): Promise<void> {
    if (this.waits) {
      this.waits = false;
      await this.onBuilt(this.projects, this.news?.project ?? '');
    }
  }

  private async open(): Promise<void> {
    await this.context.ready;
    // A kernel that ran before this page was opened may hold a person's work.
    const sessions = [...this.sessions.running()];
    this.foundKernel = sessions.some(({ path }) => path === this.path);
    this.ranCells = this.foundKernel;
    this.held = !this.projects.knows(this.path);
    if (this.held) {
      await this.projects.vet(this.path);
    }
    if (this.isDisposed || this.context.isDisposed) {
      return;
    }
    this.decided(this.decide());
    this.held ||= this.wanted !== '' && !this.isOnServer(this.wanted);
    this.prefer();
    await this.session.ready;
    const starts = this.held && !this.session.session?.kernel;
    this.held = false;
    this.opened = true;
    this.prefer();
    if (starts) {
      await this.startHeld();
    }
  }

  /** What JupyterLab would have done when the notebook was opened. */
  private async startHeld(): Promise<void> {
    if (this.wantsKernel === false) {
      return;
    }
    if (this.wanted) {
      await this.start();
    } else if (this._decision?.kind !== 'none' && (await this.stockStart())) {
      await this.chooseAnother();
    }
  }

  /** The kernel that is decided on; empty where there is none. */
  private get wanted(): string {
    return this._decision?.kind === 'start' ? this._decision.kernel : '';
  }

  /** Sets what JupyterLab starts; is called again by each change that it makes itself. */
  private prefer(): void {
    const preference = this.session.kernelPreference;
    if (preference.id || this.context.isDisposed) {
      return;
    }
    this.decided(this.decide());
    const ours = this._decision?.kind;
    const starts = ours === 'start' || ours === 'stock';
    this.session.kernelPreference = {
      ...preference,
      name: this.wanted || preference.name,
      shouldStart: starts && !this.held ? this.wantsKernel : false
    };
  }

  /** Null while the project of the notebook is not known. */
  private decide(): Decision | null {
    if (!this.projects.knows(this.path)) {
      return null;
    }
    const map = this.projects.map ?? EMPTY;
    return decide(this.notebook(), map, name => this.isOnServer(name));
  }

  private decided(decision: Decision | null): void {
    if (JSON.stringify(decision) !== JSON.stringify(this._decision)) {
      this._decision = decision;
      this.stateChanged.emit();
    }
  }

  private notebook(): INotebook {
    const { model } = this.context;
    const spec = model.getMetadata('kernelspec') as
      { name?: string; language?: string } | undefined;
    return {
      path: this.path,
      language: model.defaultKernelLanguage || (spec?.language ?? ''),
      kernel: spec?.name ?? ''
    };
  }

  private isOnServer(kernel: string): boolean {
    return this.specs.specs?.kernelspecs[kernel] !== undefined;
  }

  /** Resolves to whether JupyterLab is to show its dialog. */
  private async startForRun(): Promise<boolean> {
    if (this.held) {
      await this.opening;
      if (this.session.session?.kernel) {
        return false;
      }
    }
    const decision = this._decision;
    // Before it is opened, it is JupyterLab that starts what we prefer.
    if (!this.opened || !decision || decision.kind === 'stock') {
      return this.stockStart();
    }
    if (decision.kind === 'start') {
      await this.start();
    } else {
      this._vainRuns += 1;
      this.stateChanged.emit();
    }
    return false;
  }

  private async start(): Promise<void> {
    const name = this.wanted;
    if (name) {
      this.starting ??= this.change(name).finally(() => {
        this.starting = null;
      });
      await this.starting;
    }
  }

  private async change(name: string): Promise<void> {
    try {
      if (!this.isOnServer(name)) {
        await this.specs.refreshSpecs();
      }
      await this.session.changeKernel({ name });
    } catch {
      // JupyterLab has shown why.
    }
  }

  private onProjectChanged(sender: IProjects, project: string): void {
    if (this.news?.project !== project) {
      return;
    }
    const held = this._decision?.kind === 'none';
    this.prefer();
    this.stateChanged.emit();
    if (held && this.wanted && this.opened) {
      void this.onBuilt(sender, project);
    }
  }

  private async onBuilt(sender: IProjects, project: string): Promise<void> {
    if (this.news?.project !== project) {
      return;
    }
    if (!this.panel.isVisible) {
      this.waits = true;
      return;
    }
    await this.specs.refreshSpecs();
    this.prefer();
    const kernel = this.session.session?.kernel;
    if (!this.wanted || kernel?.name === this.wanted) {
      return;
    }
    const policy =
      kernel && this.ranCells ? this.answers.policy(project) : 'always';
    if (policy === 'always') {
      await this.start();
    } else {
      this.offer(policy === 'ask');
    }
  }

  private offer(offers: boolean): void {
    this._offersSwitch = offers;
    this.stateChanged.emit();
  }

  private onKernelChanged(
    sender: ISessionContext,
    { oldValue, newValue }: IChangedArgs<Kernel.IKernelConnection | null>
  ): void {
    this.stateChanged.emit();
    if (this.opened && newValue?.name !== oldValue?.name) {
      this.ranCells = false;
    }
    if (
      newValue &&
      newValue.name !== oldValue?.name &&
      this.isByHand(newValue)
    ) {
      this._offersSwitch = false;
      void this.remember(newValue.name);
    }
  }

  /** Whether neither we nor the opening of the notebook brought this kernel. */
  private isByHand({ name }: Kernel.IKernelConnection): boolean {
    const kind = this._decision?.kind;
    const ofProject = kind === 'start' || kind === 'none';
    const brought = name === this.wanted || (this.foundKernel && !this.opened);
    return ofProject && !brought;
  }

  private async remember(kernel: string): Promise<void> {
    const map = this.projects.map ?? EMPTY;
    const choice = choiceOf(this.notebook(), kernel, map);
    if (choice !== null) {
      await this.projects.choose(this.path, choice).catch(() => undefined);
    }
  }

  private onMessage(
    sender: ISessionContext,
    message: KernelMessage.IMessage
  ): void {
    if (message.header.msg_type === 'execute_input') {
      this.ranCells = true;
    }
  }

  private readonly panel: NotebookPanel;
  private readonly context: DocumentRegistry.IContext<INotebookModel>;
  private readonly session: ISessionContext;
  private readonly projects: IProjects;
  private readonly specs: KernelSpec.IManager;
  private readonly sessions: Session.IManager;
  private readonly dialogs: ISessionContext.IDialogs;
  private readonly answers: ISwitchAnswers;
  private readonly stockStart: () => Promise<boolean>;
  private readonly wantsKernel: boolean | undefined;
  private _decision: Decision | null = null;
  private _offersSwitch = false;
  private _vainRuns = 0;
  private readonly opening: Promise<void>;
  private opened = false;
  /** Whether we start the kernel, for JupyterLab could not know which. */
  private held = false;
  private ranCells = false;
  private foundKernel = false;
  private starting: Promise<void> | null = null;
  private waits = false;
}
