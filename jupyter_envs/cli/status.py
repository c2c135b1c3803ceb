"""`jupyter envs status`: whether what is built is what the file declares."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_envs.core.drift import describe
from jupyter_envs.core.model import Generation
from jupyter_envs.manager.survey import Survey
from jupyter_envs.manager.views import state_of

from .answers import StatusAnswer
from .command import DONE, OUT_OF_SYNC
from .managed import ManagedCommand
from .words import printable, state_sentence


class StatusApp(ManagedCommand):
    """Say whether what is built is what the file declares: 0 where it is, 3 where it is not."""

    name = "jupyter-envs status"
    description = __doc__
    examples = "jupyter envs status || jupyter envs build --yes"

    def perform(self) -> int:
        """A file that cannot be read is an error: nothing can be compared."""
        survey = self.manager.survey(self.project())
        if survey.error is not None:
            raise survey.error
        self.answer(status_of(survey), lambda: _lines(survey))
        return DONE if state_of(survey.glance) == "ready" else OUT_OF_SYNC


def status_of(survey: Survey) -> StatusAnswer:
    """One project as `status` and `list` answer it."""
    generation = usable(survey)
    return StatusAnswer(
        project=printable(str(survey.project.folder)),
        spec=printable(str(survey.project.path)),
        kernel=kernel_of(generation),
        generation=generation.number if generation else None,
        prefix=printable(generation.prefix) if generation else None,
        drift=survey.drift,
    )


def usable(survey: Survey) -> Generation | None:
    """The generation that kernels start on; None where there is none that they could."""
    return None if survey.broken else survey.generation


def kernel_of(generation: Generation | None) -> str | None:
    """The name of the kernelspec, Python's first."""
    kernels = generation.kernels if generation else ()
    names = [k.name for k in sorted(kernels, key=lambda k: k.language != "python")]
    return names[0] if names else None


def _lines(survey: Survey) -> Iterator[str]:
    state = state_of(survey.glance)
    yield f"{printable(survey.project.folder.name)} / {survey.name}: " + state_sentence(
        state, survey.drift
    )
    if state == "out-of-sync":
        yield from (f"  {line}" for line in describe(survey.drift))
    generation = usable(survey)
    yield f"  file        {printable(str(survey.project.path))}"
    if generation is not None:
        yield f"  generation  {generation.number}, {len(generation.packages)} packages"
        yield f"  kernel      {kernel_of(generation) or 'none'}"
        yield f"  prefix      {printable(generation.prefix)}"
    if state != "ready":
        yield "Run `jupyter envs build` to build it"
