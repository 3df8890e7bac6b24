import type { PresetRow } from './preset.ts'

/**
 * The labels of Cityscapes with their ids, colours and instances; void are those that its evaluation ignores. Source:
 * `labels` in cityscapesscripts/helpers/labels.py of mcordts/cityscapesScripts. Left out: `unlabeled` (0), which is no
 * category here, and `license plate` (-1), which no mask holds. Several share a colour there, and so they do here.
 */
export const cityscapesRows: readonly PresetRow[] = [
  [1, 'ego vehicle', '#000000', 'stuff', 'void'],
  [2, 'rectification border', '#000000', 'stuff', 'void'],
  [3, 'out of roi', '#000000', 'stuff', 'void'],
  [4, 'static', '#000000', 'stuff', 'void'],
  [5, 'dynamic', '#6f4a00', 'stuff', 'void'],
  [6, 'ground', '#510051', 'stuff', 'void'],
  [7, 'road', '#804080', 'stuff'],
  [8, 'sidewalk', '#f423e8', 'stuff'],
  [9, 'parking', '#faaaa0', 'stuff', 'void'],
  [10, 'rail track', '#e6968c', 'stuff', 'void'],
  [11, 'building', '#464646', 'stuff'],
  [12, 'wall', '#66669c', 'stuff'],
  [13, 'fence', '#be9999', 'stuff'],
  [14, 'guard rail', '#b4a5b4', 'stuff', 'void'],
  [15, 'bridge', '#966464', 'stuff', 'void'],
  [16, 'tunnel', '#96785a', 'stuff', 'void'],
  [17, 'pole', '#999999', 'stuff'],
  [18, 'polegroup', '#999999', 'stuff', 'void'],
  [19, 'traffic light', '#faaa1e', 'stuff'],
  [20, 'traffic sign', '#dcdc00', 'stuff'],
  [21, 'vegetation', '#6b8e23', 'stuff'],
  [22, 'terrain', '#98fb98', 'stuff'],
  [23, 'sky', '#4682b4', 'stuff'],
  [24, 'person', '#dc143c', 'thing'],
  [25, 'rider', '#ff0000', 'thing'],
  [26, 'car', '#00008e', 'thing'],
  [27, 'truck', '#000046', 'thing'],
  [28, 'bus', '#003c64', 'thing'],
  [29, 'caravan', '#00005a', 'thing', 'void'],
  [30, 'trailer', '#00006e', 'thing', 'void'],
  [31, 'train', '#005064', 'thing'],
  [32, 'motorcycle', '#0000e6', 'thing'],
  [33, 'bicycle', '#770b20', 'thing'],
]
