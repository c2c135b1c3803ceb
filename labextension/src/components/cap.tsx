import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

const FIRST = 200;

/** The first of many lines, and a button for as many more; null where all are shown. */
export function useCap<T>(
  lines: readonly T[],
  trans: TranslationBundle
): [readonly T[], JSX.Element | null] {
  const [limit, setLimit] = useState(FIRST);
  const rest = lines.length - limit;
  const button =
    rest > 0 ? (
      <button
        type="button"
        className="jp-mod-styled jp-Envs-button"
        onClick={() => setLimit(limit * 2)}
      >
        {trans._n('Show %1 more', 'Show %1 more', Math.min(rest, limit))}
      </button>
    ) : null;
  return [lines.slice(0, limit), button];
}
