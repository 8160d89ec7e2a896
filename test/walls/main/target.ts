export const target = 'main'
