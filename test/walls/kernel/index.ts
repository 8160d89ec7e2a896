export const target = 'front door'
