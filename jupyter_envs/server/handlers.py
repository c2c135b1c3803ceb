"""The addresses below `jupyter-envs/` and their verbs."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .replies import EnvsHandler


class EnvironmentHandler(EnvsHandler):
    """The environment of a notebook, file or folder."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        path, titles = self.get_query_argument("path", "", strip=False), await self.titles()
        self.finish(await self.ask(lambda answers: answers.environment(path, titles)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        project, titles = self.get_query_argument("project", strip=False), await self.titles()
        self.finish(await self.ask(lambda answers: answers.remove(project, titles)))


class EnvironmentsHandler(EnvsHandler):
    """All environments of this person."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.finish(await self.ask(lambda answers: answers.environments()))


class PackagesHandler(EnvsHandler):
    """The packages of a project."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        project = self.get_query_argument("project", strip=False)
        self.finish(await self.ask(lambda answers: answers.packages(project)))


class KernelsHandler(EnvsHandler):
    """What notebooks open with."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.finish(await self.ask(lambda answers: answers.kernels()))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        body = self.body()
        self.finish(await self.ask(lambda answers: answers.choose_kernel(body)))


class BuildsHandler(EnvsHandler):
    """Where builds begin."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        status, content = await self.ask(lambda answers: answers.build(body))
        self.set_status(status)
        self.finish(content)


class BuildHandler(EnvsHandler):
    """One build."""

    @web.authenticated
    @authorized
    async def get(self, identity: str) -> None:
        after = self.number("after")
        self.finish(await self.ask(lambda answers: answers.build_since(identity, after)))

    @web.authenticated
    @authorized
    async def delete(self, identity: str) -> None:
        self.finish(await self.ask(lambda answers: answers.cancel(identity)))


class FileHandler(EnvsHandler):
    """Which file declares a project's environment."""

    @web.authenticated
    @authorized
    async def put(self) -> None:
        body, titles = self.body(), await self.titles()
        self.finish(await self.ask(lambda answers: answers.choose_file(body, titles)))


class DraftHandler(EnvsHandler):
    """The text of a new environment file."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        self.finish(await self.ask(lambda answers: answers.draft(body)))


ROUTES = [
    (r"/jupyter-envs/environment", EnvironmentHandler),
    (r"/jupyter-envs/environments", EnvironmentsHandler),
    (r"/jupyter-envs/packages", PackagesHandler),
    (r"/jupyter-envs/kernels", KernelsHandler),
    (r"/jupyter-envs/builds", BuildsHandler),
    (r"/jupyter-envs/builds/([^/]+)", BuildHandler),
    (r"/jupyter-envs/file", FileHandler),
    (r"/jupyter-envs/draft", DraftHandler),
]
