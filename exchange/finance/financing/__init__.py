"""Pledge financing 知识产权质押融资: the case that ties appraisal, guarantee, credit, pledge and loan of one application together."""
