import {
  CustomVariableSupport,
  getDefaultTimeRange,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { from, map, of, type Observable } from 'rxjs';

import { allowedDefinitions } from './catalog';
import { isComplete } from './components/QueryEditor/filters';
import { VariableEditor } from './components/VariableEditor/VariableEditor';
import type { TallySource } from './source';
import { QUERY_VERSION, type TallyOptions, type TallyQuery, type TallyVariableQuery } from './types';

/** Dashboard variables: the values of a dimension, such as queues or bots, or a list of the catalogue. */
export class TallyVariables extends CustomVariableSupport<TallySource, TallyVariableQuery, TallyQuery, TallyOptions> {
  readonly editor = VariableEditor;

  constructor(private readonly datasource: TallySource) {
    super();
  }

  query(request: DataQueryRequest<TallyVariableQuery>): Observable<DataQueryResponse> {
    const [{ list, refId = 'variable', dimension, search, limit, filters }] = request.targets;
    if (list !== 'values') {
      return from(this.entries(list)).pipe(map((data) => ({ data })));
    }
    // Grafana asks at each change; a filter that is half filled in has nothing to ask for yet.
    if (!dimension || filters?.some((filter) => !isComplete(filter))) {
      return of({ data: [] });
    }
    const query: TallyQuery = { refId, version: QUERY_VERSION, queryType: 'values', dimension, search, limit, filters };
    const range = request.range ?? getDefaultTimeRange();
    return this.datasource.query({ ...request, range, targets: [query] }).pipe(map(listed));
  }

  private async entries(list: Exclude<TallyVariableQuery['list'], 'values'>): Promise<MetricFindValue[]> {
    const catalog = await this.datasource.catalog();
    const entries = list === 'definitions' ? allowedDefinitions(catalog) : (catalog[list] ?? []);
    return entries.map(({ id, title }) => ({ text: title, value: id }));
  }
}

/** The rows of the back end's answer as what a variable lists. Ids are its values, their names what people see. */
function listed({ data, errors, ...answer }: DataQueryResponse): DataQueryResponse {
  if (errors?.[0]) {
    throw new Error(errors[0].message);
  }
  const [frame] = data as DataFrame[];
  const column = (name: string): string[] => frame?.fields.find((field) => field.name === name)?.values ?? [];
  const values = column('value');
  return { ...answer, data: column('text').map((text, i) => ({ text, value: values[i] })) };
}
