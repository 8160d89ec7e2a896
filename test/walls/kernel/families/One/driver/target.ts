export const target = 'driver'
