import type { TranslationBundle } from '@jupyterlab/translation';

import type { ProblemView } from '../_wire';
import { Words } from './words';

/** What is worth saying about a file, line by line. */
export function Problems({
  problems,
  trans
}: {
  problems: readonly ProblemView[];
  trans: TranslationBundle;
}): JSX.Element | null {
  if (problems.length === 0) {
    return null;
  }
  return (
    <ul className="jp-Envs-problems" aria-label={trans.__('Notes')}>
      {problems.map((problem, index) => (
        <li key={index} className={`jp-mod-${problem.severity}`}>
          {problem.line > 0 && (
            <span className="jp-Envs-minor">
              {trans.__('Line %1: ', problem.line)}
            </span>
          )}
          <Words text={problem.message} />
          {problem.hint && (
            <span className="jp-Envs-minor">
              {'. '}
              <Words text={problem.hint} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
