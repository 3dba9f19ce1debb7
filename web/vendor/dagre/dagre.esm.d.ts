// The part of dagre's interface that we use.
export class Graph {
  constructor(options?: { multigraph?: boolean; compound?: boolean });
  setGraph(label: object): this;
  graph(): { width?: number; height?: number };
  setDefaultEdgeLabel(label: () => object): this;
  setNode(name: string, label: { width: number; height: number }): this;
  node(name: string): { x: number; y: number };
  setEdge(source: string, target: string, label: object, name: string): this;
  edge(source: string, target: string, name: string): { points: { x: number; y: number }[] };
}
export function layout(graph: Graph): void;
