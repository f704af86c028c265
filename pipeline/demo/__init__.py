"""A synthetic world with a known truth, written as survey tools write their exports."""

from pipeline.demo.workspace import write_demo, write_sample

__all__ = ["write_demo", "write_sample"]
