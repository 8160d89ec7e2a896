export const target = 'iokit'
