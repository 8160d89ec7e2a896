export const target = 'security'
