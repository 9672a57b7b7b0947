import type { DataSourceRef } from '@grafana/schema';
import type { VariableKind } from '@grafana/schema/apis/dashboard.grafana.app/v2beta1';

/**
 * What a new dashboard gets with its first panel, where Grafana asks for it: one list of filters that every query of the
 * data source obeys as it is. Other variables would do nothing until a query names them.
 */
export function defaultVariables({ type = '', uid }: DataSourceRef): VariableKind[] {
  return [
    {
      kind: 'AdhocVariable',
      group: type,
      datasource: { name: uid },
      spec: {
        name: 'filters',
        label: 'Filters',
        description: 'Only conversations to which all of these apply are counted.',
        baseFilters: [],
        filters: [],
        defaultKeys: [],
        hide: 'dontHide',
        skipUrlSync: false,
        allowCustomValue: false,
      },
    },
  ];
}
