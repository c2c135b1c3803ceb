import type { IStateDB } from '@jupyterlab/statedb';

import type { ISwitchAnswers, SwitchPolicy } from './notebookKernel';

const KEY = 'jupyter-envs:switch';

/** The answers of a person, kept with JupyterLab's own state; a setting goes before them. */
export class SwitchAnswers implements ISwitchAnswers {
  constructor(private readonly state: IStateDB | null) {
    void state?.fetch(KEY).then(known => {
      this.answers = { ...(known as Answers | undefined), ...this.answers };
    });
  }

  /** What the settings say. */
  setting: SwitchPolicy = 'ask';

  policy(project: string): SwitchPolicy {
    return this.setting === 'ask'
      ? (this.answers[project] ?? 'ask')
      : this.setting;
  }

  remember(project: string, answer: SwitchPolicy): void {
    this.answers = { ...this.answers, [project]: answer };
    void this.state?.save(KEY, this.answers);
  }

  private answers: Answers = {};
}

type Answers = Record<string, SwitchPolicy>;
