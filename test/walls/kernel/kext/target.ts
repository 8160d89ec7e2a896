export const target = 'kext'
