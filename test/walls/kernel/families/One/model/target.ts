export const target = 'model'
