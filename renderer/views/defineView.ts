import type { Component } from 'vue'
import type { IconName } from '../design/icons.ts'
import type { Place } from '../stores/navigation.ts'
import type { ViewId } from './viewIds.ts'

export const SECTIONS = ['Machine', 'Activity', 'Drivers', 'Reports'] as const

/** A view of the window: sidebar line, shortcut, component. One folder each; `index.ts` lists them. */
export interface ViewDefinition {
  readonly id: ViewId
  readonly title: string
  readonly section: (typeof SECTIONS)[number]
  readonly icon: IconName
  /** Same combination as the view's action in the menu. */
  readonly accelerator: string
  /** Drawn dimmed in the sidebar while no machine is there to show. */
  readonly needsMachine: boolean
  readonly place: Place
  readonly component: Component
}

export function defineView(definition: ViewDefinition): ViewDefinition {
  return definition
}
