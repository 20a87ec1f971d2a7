// SPDX-License-Identifier: GPL-2.0-only
#include "model/vport.h"
#define CREATE_TRACE_POINTS
#include "dp/trace.h"
