import type { AnnotationSupport } from '@grafana/data';

import { AnnotationEditor } from './components/AnnotationEditor/AnnotationEditor';
import { migrate } from './migrate';
import { asType } from './queryTypes';
import { QUERY_VERSION, type TallyQuery } from './types';

/** What a new annotation marks. */
const DEFAULT: Partial<TallyQuery> = { version: QUERY_VERSION, queryType: 'annotations' };

/** Marks on the time axis of a dashboard: events that the back end finds among the conversations. */
export const annotations: AnnotationSupport<TallyQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => DEFAULT,
  // An annotation that was saved from a panel's query, or by hand, may lack what makes it one.
  prepareQuery: ({ target }) => asType(migrate({ refId: 'Anno', ...target }), 'annotations').query,
};
