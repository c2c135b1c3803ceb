import type { TranslationBundle } from '@jupyterlab/translation';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';

import type { PackageView } from '../_wire';
import { byKind, matching } from '../describe';
import { useCap } from './cap';

export interface IPackageListProps {
  /** Null while they are fetched. */
  packages: readonly PackageView[] | null;
  trans: TranslationBundle;
  onFold: (open: boolean) => void;
}

/** The packages that the requirements brought along, behind a fold. */
export function PackageList({
  packages,
  trans,
  onFold
}: IPackageListProps): JSX.Element {
  const [open, setOpen] = useState(false);
  useEffect(() => () => onFold(false), []);
  return (
    <details
      className="jp-Envs-fold"
      onToggle={event => {
        setOpen(event.currentTarget.open);
        onFold(event.currentTarget.open);
      }}
    >
      <summary>{trans.__('Packages they bring along')}</summary>
      {open && packages && <Filtered packages={packages} trans={trans} />}
    </details>
  );
}

function Filtered({
  packages,
  trans
}: {
  packages: readonly PackageView[];
  trans: TranslationBundle;
}): JSX.Element {
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter);
  const found = useMemo(() => {
    const others = packages.filter(each => !each.requested);
    return matching(others, wanted);
  }, [packages, wanted]);
  const { conda, pip } = byKind(found);
  return (
    <>
      <input
        type="search"
        className="jp-mod-styled jp-Envs-input"
        placeholder={trans.__('Filter packages')}
        aria-label={trans.__('Filter packages')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
      />
      <p className="jp-Envs-minor" role="status">
        {trans._n('%1 package', '%1 packages', found.length)}
      </p>
      <Lines
        caption={trans.__('conda, brought along')}
        lines={conda}
        trans={trans}
      />
      <Lines
        caption={trans.__('pip, brought along')}
        lines={pip}
        trans={trans}
      />
    </>
  );
}

function Lines({
  caption,
  lines,
  trans
}: {
  caption: string;
  lines: readonly PackageView[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const [shown, more] = useCap(lines, trans);
  if (lines.length === 0) {
    return null;
  }
  return (
    <>
      <table className="jp-Envs-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Version')}</th>
            <th scope="col">{trans.__('From')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ kind, name, version, build, channel }) => (
            <tr key={`${kind} ${name}`}>
              <th scope="row">{name}</th>
              <td title={build}>{version}</td>
              <td title={channel}>{nameOfChannel(channel) || kind}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </>
  );
}

function nameOfChannel(channel: string): string {
  return channel.replace(/\/+$/, '').split('/').pop() ?? '';
}
