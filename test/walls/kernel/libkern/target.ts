export const target = 'libkern'
