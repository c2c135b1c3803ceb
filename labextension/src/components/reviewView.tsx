import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change, PlanView } from '../_wire';
import { changeSentence, costSentence, isEmptyPlan } from '../describeBuild';
import { Problems } from './problems';

export interface IReviewViewProps {
  plan: PlanView;
  trans: TranslationBundle;
  onDismiss: () => void;
}

/** What a build would do, and what it would cost. */
export function ReviewView({
  plan,
  trans,
  onDismiss
}: IReviewViewProps): JSX.Element {
  const title = trans.__('What a build would do');
  return (
    <section className="jp-Envs-notice jp-mod-busy" aria-label={title}>
      <h3>{title}</h3>
      <p className="jp-Envs-notice-message">{costSentence(plan, trans)}</p>
      {isEmptyPlan(plan) && <p>{trans.__('No package would change.')}</p>}
      <p className="jp-Envs-minor">
        {trans.__('From %1', plan.channels.join(', '))}
      </p>
      {plan.kernel_packages.length > 0 && (
        <p className="jp-Envs-minor">
          {trans.__(
            'Added for the kernel: %1',
            plan.kernel_packages.join(', ')
          )}
        </p>
      )}
      <Changes
        summary={trans.__('Added (%1)', plan.added.length)}
        changes={plan.added}
      />
      <Changes
        summary={trans.__('Changed (%1)', plan.changed.length)}
        changes={plan.changed}
      />
      <Changes
        summary={trans.__('Removed (%1)', plan.removed.length)}
        changes={plan.removed}
      />
      {plan.kept > 0 && (
        <p className="jp-Envs-minor">
          {trans._n(
            '%1 package stays as it is',
            '%1 packages stay as they are',
            plan.kept
          )}
        </p>
      )}
      <Problems problems={plan.notes} trans={trans} />
      <div className="jp-Envs-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject jp-Envs-button"
          onClick={onDismiss}
        >
          {trans.__('Close Review')}
        </button>
      </div>
    </section>
  );
}

function Changes({
  summary,
  changes
}: {
  summary: string;
  changes: readonly Change[];
}): JSX.Element | null {
  if (changes.length === 0) {
    return null;
  }
  return (
    <details className="jp-Envs-fold">
      <summary>{summary}</summary>
      <ul className="jp-Envs-changes">
        {changes.map(change => (
          <li key={`${change.kind} ${change.name}`}>
            {changeSentence(change)}
          </li>
        ))}
      </ul>
    </details>
  );
}
