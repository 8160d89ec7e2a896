/** Sheets that the report page opens. */
export type ReportSheet = 'export' | 'compare' | 'merge' | 'rules'
