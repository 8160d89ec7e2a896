export const target = 'hardware'
