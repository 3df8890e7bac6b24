export { addToCells, cellsOfTile, mapCells, meansOfCells, numberCells } from './cells.as'
export { addEnds, countEnds, joinSides, listEdges, startsOfCounts } from './graph.as'
export { gridRows } from './grid.as'
export {
  bytesOfLine,
  copyEdges,
  countEdges,
  invertTree,
  listSeam,
  nodesOfLine,
  numberLeaves,
  renumber,
  sortHeights,
} from './join.as'
export { countRuns, paintLeaves, startsOfRuns } from './leaves.as'
export { blockPixels, blockPlanes, coarseGradients, smoothBlocks, sumRows } from './overview.as'
export { adaptRows, blurRows, colourRows, spreadRows } from './planes.as'
export { findBonds, followBonds, nodesOf, numberRoots, sumRegions } from './regions.as'
export { choose, mergeRound } from './rounds.as'
export { settlePixels } from './settling.as'
export { joinChosen, labelLeaves, listSides, relabel, renumberSides, touch } from './sides.as'
