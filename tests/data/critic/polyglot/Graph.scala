package graph

final case class Edge(from: String, to: String, weight: Int)

class Graph(edges: List[Edge]) {
  private val byNode: Map[String, List[Edge]] = edges.groupBy(_.from)

  def neighbours(node: String): List[String] =
    byNode.getOrElse(node, Nil).map(_.to)

  def lightest: Option[Edge] = edges match {
    case Nil => None
    case all => Some(all.minBy(_.weight))
  }
}

object Main {
  def main(args: Array[String]): Unit = {
    val graph = new Graph(List(Edge("a", "b", 1)))
    println(s"found ${graph.neighbours("a")}")
  }
}
