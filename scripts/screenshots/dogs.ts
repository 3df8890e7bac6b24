import type { Drawing } from './draw.ts'

/** Two dogs at a window. Aitzol Berasategi, CC BY 4.0; part of the shared test data, not of the repository. */
export const dogs: Drawing = {
  file: 'photos/friends_by_Aitzol_Berasategi.jpg',
  size: { width: 2056, height: 3088 },
  parts: [
    {
      category: 'Towel',
      cells: 900,
      spacing: 40,
      areas: [
        `710,10 1080,10 1075,500 1060,1330 940,1370 880,1490 790,1470 800,1400 650,1420 660,1230 720,700`,
        '640,380 720,700 650,750',
      ],
    },
    {
      category: 'Dog',
      cells: 900,
      spacing: 26,
      areas: [
        `650,800 780,730 900,740 980,830 1050,940 1060,1100 1010,1220 950,1200 930,1110 830,1140 760,1130 690,1190
         640,1100`,
      ],
    },
    {
      category: 'Dog',
      cells: 1800,
      spacing: 20,
      areas: [
        `990,1470 1060,1400 1180,1390 1270,1450 1360,1560 1370,1700 1340,1840 1270,1840 1240,1770 1150,1770 1110,1820
         1170,1910 1150,2000 1060,1960 990,1800`,
      ],
    },
  ],
}
