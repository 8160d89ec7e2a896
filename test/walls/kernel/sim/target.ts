export const target = 'sim'
