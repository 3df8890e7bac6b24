import type { PresetRow } from './preset.ts'

/**
 * The 38 classes of A2D2, in the order of its `class_list.json`, with the colour of the first instance. That file maps
 * 55 colours to names: eight classes have numbered instances there ("Car 1" … "Car 4"), 25 colours in all, and 30 have
 * one colour. The eight are things here, the 30 stuff; A2D2 itself does not say more. Ids are the place in the list: the
 * file has none. Source: `class_list.json` of the semantic segmentation data of A2D2 (Geyer et al., "A2D2: Audi
 * Autonomous Driving Dataset", 2020), as programs that read it quote it.
 */
export const a2d2Rows: readonly PresetRow[] = [
  [1, 'Car', '#ff0000', 'thing'],
  [2, 'Bicycle', '#b65906', 'thing'],
  [3, 'Pedestrian', '#cc99ff', 'thing'],
  [4, 'Truck', '#ff8000', 'thing'],
  [5, 'Small vehicles', '#00ff00', 'thing'],
  [6, 'Traffic signal', '#0080ff', 'thing'],
  [7, 'Traffic sign', '#00ffff', 'thing'],
  [8, 'Utility vehicle', '#ffff00', 'thing'],
  [9, 'Sidebars', '#e96400', 'stuff'],
  [10, 'Speed bumper', '#6e6e00', 'stuff'],
  [11, 'Curbstone', '#808000', 'stuff'],
  [12, 'Solid line', '#ffc125', 'stuff'],
  [13, 'Irrelevant signs', '#400040', 'stuff'],
  [14, 'Road blocks', '#b97a57', 'stuff'],
  [15, 'Tractor', '#000064', 'stuff'],
  [16, 'Non-drivable street', '#8b636c', 'stuff'],
  [17, 'Zebra crossing', '#d23273', 'stuff'],
  [18, 'Obstacles / trash', '#ff0080', 'stuff'],
  [19, 'Poles', '#fff68f', 'stuff'],
  [20, 'RD restricted area', '#960096', 'stuff'],
  [21, 'Animals', '#ccff99', 'stuff'],
  [22, 'Grid structure', '#eea2ad', 'stuff'],
  [23, 'Signal corpus', '#212cb1', 'stuff'],
  [24, 'Drivable cobblestone', '#b432b4', 'stuff'],
  [25, 'Electronic traffic', '#ff46b9', 'stuff'],
  [26, 'Slow drive area', '#eee9bf', 'stuff'],
  [27, 'Nature object', '#93fdc2', 'stuff'],
  [28, 'Parking area', '#9696c8', 'stuff'],
  [29, 'Sidewalk', '#b496c8', 'stuff'],
  [30, 'Ego car', '#48d1cc', 'stuff'],
  [31, 'Painted driv. instr.', '#c87dd2', 'stuff'],
  [32, 'Traffic guide obj.', '#9f79ee', 'stuff'],
  [33, 'Dashed line', '#8000ff', 'stuff'],
  [34, 'RD normal street', '#ff00ff', 'stuff'],
  [35, 'Sky', '#87ceff', 'stuff'],
  [36, 'Buildings', '#f1e6ff', 'stuff'],
  [37, 'Blurred area', '#60458f', 'stuff'],
  [38, 'Rain dirt', '#352e52', 'stuff'],
]
