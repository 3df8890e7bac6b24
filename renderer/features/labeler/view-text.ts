import type { AdjustmentName, ChannelView } from '../../../shared/image/adjustments.ts'
import type { AidName, KeptName, LabelMode } from '../../stores/viewing.ts'
import { counted } from '../../ui/text.ts'

/** Words of what changes how the picture and its label are looked at. */
export const viewText = {
  group: 'Canvas view',
  view: 'View',
  viewHelp: 'Outlines, what is hidden, rulers, and what stays for the next image.',
  cycleMode: 'Fill, outline or both',
  cycleModeHelp: 'How objects are drawn: as areas, as lines, or as both.',
  drawn: 'Objects as',
  modes: { fill: 'Fill', outline: 'Outline', both: 'Fill and outline' } satisfies Record<LabelMode, string>,
  hide: 'Hide selected object',
  hideHelp: 'It stays in the label, and the pointer does not meet it.',
  solo: 'Isolate selected object',
  soloHelp: 'Shows only that object, or without one only the active category. Again shows the others.',
  showAll: 'Show everything',
  hideCategory: 'Hide or show the active category',
  hideCategoryHelp: 'Stays so on the next image.',
  imageOnly: 'Image only',
  labelsOnly: 'Labels only',
  holdHelp: 'While the key is held; from a menu it stays until chosen again.',
  hideIt: (name: string) => `Hide ${name}`,
  showIt: (name: string) => `Show ${name}`,
  zoomSelected: 'Zoom to selected object',
  whyNoObject: 'No object is chosen.',
  whyNothingHidden: 'Nothing is hidden.',
  chip: {
    objects: (count: number) => `${counted(count, 'object')} hidden`,
    categories: (names: string) => `Hidden: ${names}`,
    solo: (names: string) => `Only ${names} shown`,
    soloGone: 'What was isolated is gone',
    noCategory: 'a deleted category',
    image: 'Labels are hidden',
    labels: 'The image is hidden',
  },
  aids: {
    patterns: 'Patterns where colours are close',
    rulers: 'Rulers',
    minimap: 'Overview map',
    crosshair: 'Crosshair',
    pixelGrid: 'Pixel grid from 800 %',
    smooth: 'Smooth image when zoomed in',
  } satisfies Record<AidName, string>,
  aidHelp: {
    patterns: 'Tells categories that touch apart where their colours may not. Void is hatched in grey.',
    minimap: 'Shown when the image is larger than the view.',
  } satisfies Partial<Record<AidName, string>> as Partial<Record<AidName, string>>,
  keepTitle: 'Keep for the next image',
  keeps: {
    zoom: 'Zoom and place',
    opacity: 'Label opacity',
    mode: 'Fill or outline',
    adjustments: 'Image adjustments',
  } satisfies Record<KeptName, string>,
  adjustments: 'Image adjustments',
  adjustmentsHelp: 'For the eye only: the file, exports and superpixels stay as they are.',
  adjustment: {
    brightness: 'Brightness',
    contrast: 'Contrast',
    gamma: 'Gamma',
    saturation: 'Saturation',
  } satisfies Record<AdjustmentName, string>,
  depth: '16-bit values shown',
  low: 'Black',
  high: 'White',
  depthValue: (bound: string) => `${bound}, as a number`,
  depthAuto: 'Auto',
  depthOccurring: 'Darkest to brightest',
  depthFull: 'Full range',
  whyNotDeep: 'This image has no 16-bit values.',
  more: {
    brightness: 'Brighter',
    contrast: 'More contrast',
    gamma: 'Lighter shadows',
    saturation: 'More colour',
  },
  less: {
    brightness: 'Darker',
    contrast: 'Less contrast',
    gamma: 'Darker shadows',
    saturation: 'Less colour',
  },
  channel: 'Channel',
  channels: {
    rgb: 'All colours',
    red: 'Red',
    green: 'Green',
    blue: 'Blue',
    luminance: 'Luminance',
    alpha: 'Alpha',
  } satisfies Record<ChannelView, string>,
  nextChannel: 'Next channel',
  equalise: 'Equalise',
  equaliseHelp: 'Spreads the brightness of this image over the whole range.',
  reset: 'Reset image adjustments',
  resetShort: 'Reset',
  whyNeutral: 'The image is shown as it is.',
} as const

/** `+20` where the sign matters, `1.4` for gamma. */
export function adjustmentText(name: AdjustmentName, value: number): string {
  if (name === 'gamma') return value.toFixed(1)
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0'
}
