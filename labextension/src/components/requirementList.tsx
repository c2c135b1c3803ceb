import type { TranslationBundle } from '@jupyterlab/translation';

import type { RequirementView } from '../_wire';
import { byKind, requirementSentence } from '../describe';
import { versions } from '../describeBuild';
import { useCap } from './cap';
import { Words } from './words';

export interface IRequirementListProps {
  requirements: readonly RequirementView[];
  trans: TranslationBundle;
}

/** Every line of the file: what was asked, locked and installed; conda and pip apart. */
export function RequirementList({
  requirements,
  trans
}: IRequirementListProps): JSX.Element {
  const { conda, pip } = byKind(requirements);
  const title = trans.__('Requirements');
  return (
    <section className="jp-Envs-requirements" aria-label={title}>
      <h3>{title}</h3>
      {requirements.length === 0 && (
        <p className="jp-Envs-minor">
          {trans.__('The file asks for nothing.')}
        </p>
      )}
      <Lines caption={trans.__('conda')} lines={conda} trans={trans} />
      <Lines caption={trans.__('pip')} lines={pip} trans={trans} />
    </section>
  );
}

function Line({
  line,
  trans
}: {
  line: RequirementView;
  trans: TranslationBundle;
}): JSX.Element {
  const [locked, installed] = versions(line.locked, line.installed);
  const status = requirementSentence(line, trans);
  return (
    <>
      <tr className={`jp-mod-${line.status}`}>
        <th scope="row" className="jp-Envs-marked" title={status}>
          {line.asked}
          <span className="jp-Envs-hidden">{`, ${status}`}</span>
        </th>
        <td title={line.locked}>{locked}</td>
        <td title={line.installed}>{installed}</td>
      </tr>
      {line.why && (
        <tr className="jp-Envs-why">
          <td colSpan={3}>
            <Words text={line.why} />
          </td>
        </tr>
      )}
    </>
  );
}

function Lines({
  caption,
  lines,
  trans
}: {
  caption: string;
  lines: readonly RequirementView[];
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
            <th scope="col">{trans.__('Asked')}</th>
            <th scope="col">{trans.__('Locked')}</th>
            <th scope="col">{trans.__('Installed')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line, index) => (
            <Line key={index} line={line} trans={trans} />
          ))}
        </tbody>
      </table>
      {more}
    </>
  );
}
