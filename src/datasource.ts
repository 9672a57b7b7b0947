import {
  CoreApp,
  getDefaultTimeRange,
  type AdHocVariableFilter,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { map, merge, type Observable } from 'rxjs';

import { fromAdHoc } from './adhoc';
import { annotations } from './annotations';
import type { Catalog, DimensionValue } from './catalog';
import { defaultVariables } from './defaultVariables';
import { shapedFor } from './format';
import { interpolate } from './interpolate';
import { describeType, takes, typeOf } from './queryTypes';
import { Remembered } from './remembered';
import type { Asked, TallySource } from './source';
import { isStreamed, streamed, withNotice } from './streams';
import { QUERY_VERSION, type TallyOptions, type TallyQuery } from './types';
import { TallyVariables } from './variables';
import { resolveZone } from './zone';

/**
 * Hands queries to the back end, which does all of the work: the saved query means the same in alert rules and shared
 * dashboards, where none of this runs. Here dashboard variables are replaced, ad hoc filters added, and the dashboard's
 * time zone filled in.
 */
export class TallyDataSource extends DataSourceWithBackend<TallyQuery, TallyOptions> implements TallySource {
  readonly timeZone?: string;
  readonly annotations = annotations;
  private readonly catalogs = new Remembered<Catalog>();
  private readonly occurring = new Remembered<DimensionValue[]>();

  constructor(
    settings: DataSourceInstanceSettings<TallyOptions>,
    private readonly templates = getTemplateSrv()
  ) {
    super(settings);
    this.timeZone = settings.jsonData.timeZone;
    this.variables = new TallyVariables(this);
  }

  /** A series where a new panel or Explore draws one, a number for alert rules and all else. */
  getDefaultQuery(app: CoreApp): Partial<TallyQuery> {
    const drawn = [CoreApp.Dashboard, CoreApp.PanelEditor, CoreApp.PanelViewer, CoreApp.Explore].includes(app);
    return { version: QUERY_VERSION, ...(drawn && { bucket: 'auto' }) };
  }

  query(request: DataQueryRequest<TallyQuery>): Observable<DataQueryResponse> {
    // Not in filterQuery, which alert rules ask too: an expression there may need a query that is hidden.
    const shown = request.targets.filter(({ hide }) => !hide);
    const prepared = shown.map((query) => this.prepared(query, request));
    const live = prepared.filter((query) => isStreamed(query, request));
    const ordinary = prepared.filter((query) => !live.includes(query));
    const answers = live.map((query) => this.stream(query, request));
    return ordinary.length > 0 || live.length === 0
      ? merge(super.query({ ...request, targets: ordinary }), ...answers)
      : merge(...answers);
  }

  applyTemplateVariables(query: TallyQuery, scopedVars?: ScopedVars, filters?: AdHocVariableFilter[]): TallyQuery {
    const replaced = interpolate(this.zoned(query, this.dashboardZone(scopedVars)), this.templates, scopedVars);
    const added = fromAdHoc(filters);
    return added.length > 0 ? { ...replaced, filters: [...(replaced.filters ?? []), ...added] } : replaced;
  }

  targetContainsTemplate(query: TallyQuery): boolean {
    return this.templates.containsTemplate(JSON.stringify({ ...query, datasource: undefined }));
  }

  /** One line for Explore's history. */
  getQueryDisplayText(query: TallyQuery): string {
    const filters = (query.filters ?? []).map((f) => [f.dimension, f.operator, ...(f.values ?? [])].join(' '));
    const type = typeOf(query);
    return [
      type !== 'counts' && `${describeType(type).title}:`,
      query.metrics?.join(', ') || (takes(query, 'metrics') && 'default metric'),
      query.dimension,
      query.compare && `against ${query.compare}`,
      query.groupBy?.length && `by ${query.groupBy.join(', ')}`,
      filters.length && `where ${filters.join(' and ')}`,
      query.bucket && `per ${query.bucket}`,
    ]
      .filter(Boolean)
      .join(' ');
  }

  catalog(): Promise<Catalog> {
    return this.catalogs.get('', () => this.getResource<Catalog>('catalog', undefined, { showErrorAlert: false }));
  }

  values(dimension: string, query: Partial<TallyQuery>, asked: Asked): Promise<DimensionValue[]> {
    const body = { ...this.body(query, asked), dimension: this.templates.replace(dimension, asked.scopedVars) };
    const minute = (time: string) => time.slice(0, 'yyyy-mm-ddThh:mm'.length);
    const key = JSON.stringify({ ...body, from: minute(body.from), to: minute(body.to) });
    return this.occurring.get(key, async () => {
      const answer = await this.postResource<{ values: DimensionValue[] }>('values', body, { showErrorAlert: false });
      return [...answer.values].sort((a, b) => b.conversations - a.conversations);
    });
  }

  applied(query: TallyQuery, asked: Asked): TallyQuery {
    return this.applyTemplateVariables(this.prepared(query, asked), asked.scopedVars, asked.filters);
  }

  async statement(query: TallyQuery, asked: Asked): Promise<string> {
    const answer = await this.postResource<{ sql: string }>('sql', this.body(query, asked), { showErrorAlert: false });
    return answer.sql;
  }

  async getTagKeys(): Promise<MetricFindValue[]> {
    const { dimensions } = await this.catalog();
    return dimensions.map(({ id, title }) => ({ text: title, value: id }));
  }

  /** The values that the other ad hoc filters leave. Null has an operator of its own in a query, and none here. */
  async getTagValues({
    key,
    filters,
    timeRange,
  }: DataSourceGetTagValuesOptions<TallyQuery>): Promise<MetricFindValue[]> {
    const others = fromAdHoc(filters?.filter((filter) => filter.key !== key));
    const values = await this.values(key, { filters: others }, { range: timeRange });
    return values.filter((v) => !v.null).map(({ value, label }) => ({ text: label, value }));
  }

  async getDefaultVariables() {
    return defaultVariables(this.getRef());
  }

  variableNames(): string[] {
    return this.templates.getVariables().map(({ name }) => `$${name}`);
  }

  private stream(query: TallyQuery, request: DataQueryRequest<TallyQuery>): Observable<DataQueryResponse> {
    const data = this.body(query, request);
    return streamed({
      uid: this.uid,
      refId: query.refId,
      open: async () => {
        const { path } = await this.postResource<{ path: string }>('stream', data, { showErrorAlert: false });
        return { path, data };
      },
      otherwise: (why) =>
        super
          .query({ ...request, targets: [query] })
          .pipe(map((answer) => withNotice(answer, `New numbers are not pushed to this panel: ${why}`))),
    });
  }

  /** A query with what its dashboard and panel say where it says nothing. */
  private prepared(query: TallyQuery, { timezone, panelPluginId }: Asked): TallyQuery {
    return shapedFor(this.zoned(query, resolveZone(timezone)), panelPluginId);
  }

  private zoned(query: TallyQuery, zone: string | undefined): TallyQuery {
    return zone === undefined || query.timeZone || this.timeZone ? query : { ...query, timeZone: zone };
  }

  /** Where expressions, Explore or a new alert rule take a query over, no request tells the zone: only this variable does. */
  private dashboardZone(scopedVars?: ScopedVars): string | undefined {
    const variable = '${__timezone}';
    const zone = this.templates.replace(variable, scopedVars);
    return zone === variable ? undefined : resolveZone(zone);
  }

  private body(query: Partial<TallyQuery>, asked: Asked) {
    const range = asked.range ?? getDefaultTimeRange();
    const { refId, datasource, hide, key, ...own } = query;
    return {
      query: this.applied(own as TallyQuery, asked),
      from: range.from.toISOString(),
      to: range.to.toISOString(),
      intervalMs: asked.intervalMs,
      maxDataPoints: asked.maxDataPoints,
    };
  }
}
