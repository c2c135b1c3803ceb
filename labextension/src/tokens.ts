import { Token } from '@lumino/coreutils';

import type { DraftModel } from './draft';
import type { EnvironmentModel } from './model';
import type { IProjects } from './projects';

/** The environments of the server, for other extensions to follow. */
export interface IEnvironments {
  /** The one in front. */
  readonly current: EnvironmentModel;
  /** All of them, in short. */
  readonly projects: IProjects;
  /** The form that makes a new environment file. */
  readonly drafts: DraftModel;
}

export const IEnvironments = new Token<IEnvironments>(
  'jupyter-envs:IEnvironments',
  'The environments of projects: the one in front, and news of all.'
);
