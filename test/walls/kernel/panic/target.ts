export const target = 'panic'
