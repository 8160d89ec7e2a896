export const target = 'importers'
