import {
  kIOServiceInactiveState,
  kIOServiceMatchedState,
  kIOServiceRegisteredState,
} from '../../kernel/abi/serviceState.ts'

export interface StateBits {
  readonly registered: boolean
  readonly matched: boolean
  readonly active: boolean
}

export function stateBits(state: number): StateBits {
  return {
    registered: (state & kIOServiceRegisteredState) !== 0,
    matched: (state & kIOServiceMatchedState) !== 0,
    active: (state & kIOServiceInactiveState) === 0,
  }
}

/** The state of a service in the words of `ioreg`. */
export function stateWords(state: number, busy: number): string {
  const { registered, matched, active } = stateBits(state)
  const words = [
    registered ? 'registered' : 'not registered',
    matched ? 'matched' : 'not matched',
    active ? 'active' : 'inactive',
  ]
  return busy > 0 ? `${words.join(', ')}, busy ${busy}` : words.join(', ')
}
