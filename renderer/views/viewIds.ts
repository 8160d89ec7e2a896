/** Names of the views, in the order of the sidebar. */
export const VIEW_IDS = ['machines', 'system-information', 'registry', 'terminal', 'activity', 'match-explainer', 'coverage',
  'crash-reports'] as const

export type ViewId = (typeof VIEW_IDS)[number]
