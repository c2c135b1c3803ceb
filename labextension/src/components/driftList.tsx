import type { TranslationBundle } from '@jupyterlab/translation';

import type { Difference, Drift } from '../_wire';
import { differenceSentence } from '../describe';
import { Words } from './words';

export interface IDriftListProps {
  drift: Drift;
  /** What a running kernel is called. */
  kernelName: (id: string) => string;
  trans: TranslationBundle;
  onRestart: (kernel: string) => void;
}

/** The gaps: what the file asks for, what was changed by hand, which kernels are behind. */
export function DriftList({
  drift,
  kernelName,
  trans,
  onRestart
}: IDriftListProps): JSX.Element | null {
  const { unmet, altered, behind } = drift;
  if (unmet.length + altered.length + behind.length === 0) {
    return null;
  }
  const title = trans.__('Out of sync');
  const heading = unmet.length + altered.length ? title : '';
  return (
    <section
      className="jp-Envs-drift"
      aria-label={heading || trans.__('Kernels to restart')}
    >
      <Differences
        heading={trans.__('Missing')}
        differences={unmet}
        trans={trans}
      />
      <Differences
        heading={trans.__('Altered')}
        differences={altered}
        trans={trans}
      />
      {behind.length > 0 && (
        <>
          <h3>{trans.__('Kernels on an earlier generation')}</h3>
          <p className="jp-Envs-minor">
            {trans.__('They keep what they have until they are restarted.')}
          </p>
          <ul>
            {behind.map(kernel => (
              <Behind
                key={kernel.name}
                name={kernelName(kernel.name)}
                trans={trans}
                onRestart={() => onRestart(kernel.name)}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Differences({
  heading,
  differences,
  trans
}: {
  heading: string;
  differences: readonly Difference[];
  trans: TranslationBundle;
}): JSX.Element | null {
  if (differences.length === 0) {
    return null;
  }
  return (
    <>
      <h3>{heading}</h3>
      <ul>
        {differences.map(difference => (
          <li key={`${difference.kind} ${difference.name}`}>
            <strong>{difference.name}</strong>{' '}
            <Words text={differenceSentence(difference, trans)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Behind({
  name,
  trans,
  onRestart
}: {
  name: string;
  trans: TranslationBundle;
  onRestart: () => void;
}): JSX.Element {
  return (
    <li className="jp-Envs-behind">
      <span>{name}</span>
      <button
        type="button"
        className="jp-mod-styled jp-mod-warn jp-Envs-button"
        aria-label={trans.__('Restart the kernel of %1', name)}
        onClick={onRestart}
      >
        {trans.__('Restart')}
      </button>
    </li>
  );
}
