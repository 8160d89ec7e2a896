export const target = 'mach'
