export const target = 'userland'
