import uPlot from 'uplot'

export type ChartForm = 'area' | 'bars' | 'steps'

export interface ChartRequest {
  readonly element: HTMLElement
  readonly colour: string
  readonly form: ChartForm
  readonly axis: boolean
  /** Counts: only whole numbers are written at the axis. */
  readonly whole: boolean
  readonly sync: string
  readonly label: string
  readonly chosen: () => { readonly from: number; readonly to: number } | null
  /** Told which sample the pointer is over, in any chart of the same name. */
  readonly hover: (index: number | null) => void
  readonly choose: (range: { from: number; to: number } | null) => void
}

const LEAST_DRAG_PX = 4
const AXIS_WIDTH = 52
const TIME_AXIS_HEIGHT = 20

/** How our charts look: one series, hairline grid, figures at the right, a span that is dragged out. */
export function chartOptions(request: ChartRequest): uPlot.Options {
  const style = getComputedStyle(request.element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  const stroke = token(request.colour)
  const font = `11px ${token('--font-ui')}`
  const axis = { stroke: token('--text-3'), font, grid: { stroke: token('--chart-grid'), width: 1 }, ticks: { show: false } }
  return {
    width: Math.max(1, request.element.clientWidth), height: Math.max(1, request.element.clientHeight),
    padding: [6, 0, request.axis ? 0 : 7, 0], legend: { show: false },
    cursor: {
      y: false, points: { size: 6 }, sync: { key: request.sync, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG_PX },
    },
    scales: { x: { time: false }, y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis, show: request.axis, size: TIME_AXIS_HEIGHT, gap: 2, grid: { show: false },
        values: (_chart, splits, _axis, _space, step) => splits.map((value) => `${value.toFixed(decimals(step))} s`),
      },
      {
        ...axis, side: 1, size: AXIS_WIDTH, gap: 6, space: 22,
        values: (_chart, splits) => splits.map((value) => request.whole && !Number.isInteger(value) ? '' : shortNumber(value)),
      },
    ],
    series: [{}, seriesOf(request, stroke)],
    hooks: {
      draw: [(chart) => drawSpan(chart, request.chosen(), token)],
      setSelect: [(chart) => takeSelection(chart, request)],
      setCursor: [(chart) => request.hover(chart.cursor.idx ?? null)],
    },
  }
}

function seriesOf(request: ChartRequest, stroke: string): uPlot.Series {
  const base: uPlot.Series = { label: request.label, stroke, width: 1.25, points: { show: false } }
  if (request.form === 'bars') return { ...base, width: 0, fill: stroke, paths: uPlot.paths.bars!({ size: [0.7, 8] }) }
  if (request.form === 'steps') return { ...base, fill: faint(stroke), paths: uPlot.paths.stepped!({ align: 1 }) }
  return { ...base, fill: faint(stroke) }
}

function faint(colour: string): string {
  return `color-mix(in srgb, ${colour} 26%, transparent)`
}

function takeSelection(chart: uPlot, request: ChartRequest): void {
  const { left, width } = chart.select
  if (width < LEAST_DRAG_PX) return
  const from = chart.posToVal(left, 'x')
  const to = chart.posToVal(left + width, 'x')
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  request.choose({ from, to })
}

function drawSpan(chart: uPlot, chosen: { from: number; to: number } | null, token: (name: string) => string): void {
  if (chosen === null) return
  const { ctx, bbox } = chart
  const clamp = (value: number): number => Math.max(bbox.left, Math.min(bbox.left + bbox.width, chart.valToPos(value, 'x', true)))
  const left = clamp(chosen.from)
  const right = clamp(chosen.to)
  ctx.save()
  ctx.fillStyle = token('--purple-soft')
  ctx.fillRect(left, bbox.top, right - left, bbox.height)
  ctx.fillStyle = token('--purple-solid')
  for (const edge of [left, right]) ctx.fillRect(edge - 1, bbox.top, 2, bbox.height)
  ctx.restore()
}

function decimals(step: number): number {
  return step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)))
}

function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`
  return value >= 10_000 ? `${value / 1000} k` : String(Number(value.toPrecision(6)))
}
