import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { from, map, type Observable } from 'rxjs';

import { VariableEditor } from './components/VariableEditor/VariableEditor';
import type { Asked, TallyDataSource } from './datasource';
import type { TallyOptions, TallyQuery, TallyVariableQuery } from './types';

/** Dashboard variables: the values of a dimension, such as queues or bots, or a list of the catalogue. */
export class TallyVariables extends CustomVariableSupport<
  TallyDataSource,
  TallyVariableQuery,
  TallyQuery,
  TallyOptions
> {
  readonly editor = VariableEditor;

  constructor(private readonly datasource: TallyDataSource) {
    super();
  }

  query(request: DataQueryRequest<TallyVariableQuery>): Observable<DataQueryResponse> {
    const [query] = request.targets;
    return from(this.find(query, request)).pipe(map((data) => ({ data })));
  }

  private async find(query: TallyVariableQuery, asked: Asked): Promise<MetricFindValue[]> {
    if (query.list !== 'values') {
      const entries = (await this.datasource.catalog())[query.list] ?? [];
      return entries.map(({ id, title }) => ({ text: title, value: id }));
    }
    if (!query.dimension) {
      return [];
    }
    const values = await this.datasource.values(query.dimension, { filters: query.filters }, asked);
    return values.filter((v) => !v.null).map(({ value, label }) => ({ text: label, value }));
  }
}
