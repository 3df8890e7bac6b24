/** What a street is made of: names and colours after those of driving data sets. */
export const categories = [
  { name: 'Sky', color: '#87ceff', isThing: false },
  { name: 'Road', color: '#b432b4', isThing: false },
  { name: 'Lane line', color: '#ffc125', isThing: false },
  { name: 'Curbstone', color: '#808000', isThing: false },
  { name: 'Sidewalk', color: '#b496c8', isThing: false },
  { name: 'Building', color: '#f1e6ff', isThing: false },
  { name: 'Nature object', color: '#93fdc2', isThing: false },
  { name: 'Car', color: '#ff0000', isThing: true },
  { name: 'Pedestrian', color: '#cc99ff', isThing: true },
  { name: 'Traffic sign', color: '#00ffff', isThing: true },
  { name: 'Traffic signal', color: '#0080ff', isThing: true },
  { name: 'Pole', color: '#fff68f', isThing: true },
] as const

export type CategoryName = (typeof categories)[number]['name']
