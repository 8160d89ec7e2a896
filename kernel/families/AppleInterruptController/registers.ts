/** Registers of `aic,1` as public drivers use them. */
export const AicRegister = {
  info: 0x0004, config: 0x0010, event: 0x2004, maskSet: 0x4100, maskClear: 0x4180,
} as const
export const AIC_INFO_COUNT = 0xffff
export const AIC_CONFIG_ENABLE = 1 << 0
/** EVENT: type in 31..16, number in 15..0. */
export const AIC_EVENT_INTERRUPT = 1
