// Names that scripts of others set, not modules of ours: Leaflet and protomaps-leaflet (config/importmap.py), and
// Wagtail's admin, whose date choosers are asked for by name.

declare var L: any;
declare var protomapsL: any;

interface Window {
  InlinePanel?: new (options: object) => object;
  initDateChooser?: (id: string, options: object) => void;
  initTimeChooser?: (id: string, options: object) => void;
  initDateTimeChooser?: (id: string, options: object) => void;
}

// What a map's box says when its map is there (hb/map/map_box).
interface DocumentEventMap {
  "hb:map": CustomEvent<{ map: any }>;
}
