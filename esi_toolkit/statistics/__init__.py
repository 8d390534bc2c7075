"""What a sample can and cannot say: pure functions over tables; nothing here reads a file or draws.

Units: functions over counts take and give shares (0-1); tables with a column ``score`` hold scores (0-100),
and their ``low`` and ``high`` are on the same scale. All of it stands beside the official figures, never in
place of them.
"""
