export const target = 'machine'
