# SPDX-License-Identifier: Apache-2.0
from typing import Any, final

@final
class DType:
    name: str
    kind: str
    itemsize: int
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    @property
    def numpy(self) -> Any: ...

f32: DType
f64: DType
f16: DType
bf16: DType
i8: DType
u8: DType
i16: DType
u16: DType
i32: DType
u32: DType
i64: DType
u64: DType
bool_: DType

def dtype(x: object) -> DType: ...
def promote_types(a: object, b: object) -> DType: ...
