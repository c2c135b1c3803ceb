import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState } from 'react';

import type { BuildView } from '../_wire';
import {
  duration,
  percent,
  type StepName,
  stepLabel,
  stepOf,
  STEPS
} from '../describeBuild';
import { Words } from './words';

export interface IBuildProgressProps {
  build: BuildView;
  /** When its progress was heard of, as of `performance.now()`. */
  heardAt: number;
  trans: TranslationBundle;
  onCancel: () => void;
}

/** A build that runs: its steps, a bar, the time, and the way out. */
export function BuildProgress({
  build,
  heardAt,
  trans,
  onCancel
}: IBuildProgressProps): JSX.Element {
  const elapsed = build.elapsed + useSince(heardAt);
  const label =
    build.verb === 'build'
      ? trans.__('Progress of the build')
      : trans.__('Progress of the review');
  return (
    <section className="jp-Envs-build" aria-label={label}>
      <div className="jp-Envs-bar">
        <progress
          aria-label={label}
          max={100}
          value={percent(build.fraction)}
        />
        <span className="jp-Envs-minor">
          <span className="jp-Envs-hidden">{trans.__('Elapsed time')} </span>
          {duration(elapsed)}
        </span>
      </div>
      {build.verb === 'build' && <Steps build={build} trans={trans} />}
      <p className="jp-Envs-minor jp-Envs-message">
        <Words text={build.message} />
      </p>
      <div className="jp-Envs-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject jp-Envs-button"
          onClick={onCancel}
        >
          {trans.__('Cancel')}
        </button>
      </div>
    </section>
  );
}

function Steps({
  build,
  trans
}: Pick<IBuildProgressProps, 'build' | 'trans'>): JSX.Element {
  const now = STEPS.indexOf(stepOf(build));
  const stage = (index: number) =>
    index < now ? 'done' : index > now ? 'ahead' : 'now';
  return (
    <ol className="jp-Envs-steps">
      {STEPS.map((step: StepName, index) => (
        <li
          key={step}
          className={`jp-mod-${stage(index)}`}
          aria-current={index === now ? 'step' : undefined}
        >
          {stepLabel(step, trans)}
        </li>
      ))}
    </ol>
  );
}

/** Seconds since a moment, counted on while it is shown. */
function useSince(moment: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const clock = window.setInterval(() => setNow(performance.now()), 1000);
    return () => window.clearInterval(clock);
  }, []);
  return Math.max(0, (now - moment) / 1000);
}
